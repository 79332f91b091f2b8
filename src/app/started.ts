/** What has to be stopped again, in the order it was started. */
export type Started = (() => Promise<unknown> | void)[]
