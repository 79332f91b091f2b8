export { ingestionJobs, ingestionQueues, ingestQueue, queueIngestion, queueSwitch } from './jobs.ts'
