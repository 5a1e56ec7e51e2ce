-- Imports of each day: rows, rejected rows, and rows per second from the request to the end
SELECT
  substr(logged_at, 1, 10) AS day,
  count(*) AS imports,
  sum(row_count) AS row_count,
  sum(rejected_rows) AS rejected_rows,
  round(1000e0 * sum(row_count) / sum(duration_ms), 1) AS rows_per_second,
  round(min(1000e0 * row_count / duration_ms), 1) AS slowest_rows_per_second,
  round(max(duration_ms) / 1000e0, 1) AS longest_seconds
FROM logs
WHERE hour BETWEEN /* first-hour */ ? AND /* last-hour */ ?
  AND logged_at BETWEEN /* from */ ? AND /* to */ ?
  AND message = 'job completed'
  AND job_type = 'catalog-import'
GROUP BY 1
ORDER BY day DESC
