-- Error rate by service and release: requests, errors (5xx), refusals (4xx)
SELECT
  service,
  coalesce(release, 'unknown') AS release,
  count(*) AS requests,
  count_if(status >= 500) AS errors,
  count_if(status >= 400 AND status < 500) AS refusals,
  round(100e0 * count_if(status >= 500) / count(*), 2) AS error_percent
FROM logs
WHERE hour BETWEEN /* first-hour */ ? AND /* last-hour */ ?
  AND logged_at BETWEEN /* from */ ? AND /* to */ ?
  AND status IS NOT NULL
GROUP BY 1, 2
ORDER BY error_percent DESC, requests DESC
