export { type AnyJob, defineJob, type Enqueue, type JobRun, type Queue } from './define.ts'
export { installJobs } from './install.ts'
export { type Jobs, startJobs } from './worker.ts'
