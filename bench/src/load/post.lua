-- Posts the requests of the file $REQUESTS in turn: one a line, headers and body separated by tabs (name, value, ..., body).
-- Prints one line of JSON at the end.
local requests, position, count = {}, 0, 0

function init(args)
  local path = os.getenv("REQUEST_PATH")
  for line in io.lines(os.getenv("REQUESTS")) do
    local parts = {}
    for part in string.gmatch(line, "[^\t]+") do parts[#parts + 1] = part end
    local headers = { ["content-type"] = "application/json" }
    for i = 1, #parts - 1, 2 do headers[parts[i]] = parts[i + 1] end
    count = count + 1
    requests[count] = wrk.format("POST", path, headers, parts[#parts])
  end
end

function request()
  position = position % count + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\nRESULT {"requests":%d,"microseconds":%d,"bytes":%d,"p50":%g,"p99":%g,"failures":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
