export const USAGE = `npm run load -- --url URL --workflow NAME [options]

Starts instances of a workflow on a running Drover at times that are fixed beforehand, waits until
they have ended, and tells how long everything took. docs/load-testing.md says what the figures mean.

what to start
  --url URL           where Drover is; without a path /workflows is taken
  --workflow NAME     the workflow
  --version V         its version (the newest active one)
  --input JSON|@FILE  input_data (made from the workflow's input schema, else {})

how much of it
  --rate N            instances per second, at the highest (10)
  --duration T        for how long: 500ms, 60s, 5m, 1h (30s)
  --profile P         steady: the rate all the time; ramp: from 0 up to the rate; spike: a fifth of
                      the rate, all of it from 40 % to 60 % of the time (steady)
  --arrivals A        poisson: as people come, who know nothing of each other; even (poisson)
  --seed N            of Poisson arrivals and of samples (a new one)
  --timeout T         how long to wait for the end of what was started (60s)
  --connections N     HTTP connections at once (256)

people
  --complete-tasks    answers the tasks of its own instances at once
  --task-data JSON|@FILE  what is answered (made from the form's schema)

what is told
  --target-p95 T      how many workers would hold this, start to completion (2s)
  --workers N         workers there are, where the API does not tell
  --concurrency N     steps at once of each, where the API does not tell
  --sample N          instances whose steps are looked at (500)
  --json FILE         writes the figures as JSON
  --html FILE         writes a report to open in a browser
  --quiet             no progress

afterwards
  --tag TAG           correlation_id of everything it starts (a new one)
  --clean-up          cancels what is still alive of the tag and deletes it all; without --workflow
                      nothing is started, and what an earlier run has left is cleaned up

access
  --api-key KEY       where the API has keys; better in DROVER_API_KEY, as others see arguments
  --help              prints this

Exit code: 0 when everything was measured, 1 when something was in the way, 2 when it was asked for
wrongly, 130 when it was interrupted: what was measured until then is told.
`;
