-- Everything one request has set in motion, in every service, by its trace id
SELECT
  logged_at,
  service,
  level,
  message,
  method,
  path,
  status,
  duration_ms,
  coalesce(code, err.code) AS code,
  err.message AS error
FROM logs
WHERE hour BETWEEN /* first-hour */ ? AND /* last-hour */ ?
  AND logged_at BETWEEN /* from */ ? AND /* to */ ?
  AND trace_id = /* trace */ ?
ORDER BY logged_at
LIMIT 1000
