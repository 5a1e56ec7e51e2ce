-- The routes that are slowest for one request in a hundred
SELECT
  service,
  method,
  route,
  count(*) AS requests,
  round(approx_percentile(duration_ms, 0.5), 1) AS p50_ms,
  round(approx_percentile(duration_ms, 0.99), 1) AS p99_ms,
  max(duration_ms) AS slowest_ms
FROM logs
WHERE hour BETWEEN /* first-hour */ ? AND /* last-hour */ ?
  AND logged_at BETWEEN /* from */ ? AND /* to */ ?
  AND status IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY p99_ms DESC, requests DESC
LIMIT 20
