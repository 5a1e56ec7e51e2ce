-- What one user has done, by the user's pseudonym: requests, and jobs that have ended
SELECT
  logged_at,
  service,
  message,
  method,
  path,
  status,
  duration_ms,
  code,
  job_id,
  trace_id
FROM logs
WHERE hour BETWEEN /* first-hour */ ? AND /* last-hour */ ?
  AND logged_at BETWEEN /* from */ ? AND /* to */ ?
  AND user_id = /* user */ ?
ORDER BY logged_at
LIMIT 1000
