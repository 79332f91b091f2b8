export { ingestionJobs, ingestQueue, queueIngestion } from './jobs.ts'
