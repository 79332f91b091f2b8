export { ingestionJobs, ingestQueue, queueIngestion, queueSwitch, switchQueue } from './jobs.ts'
