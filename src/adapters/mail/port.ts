export type Mail = { to: string; subject: string; text: string }

/** Sends plain mails. */
export type Mailer = {
  /** Resolves once the next server has taken the mail. @throws Error when it did not */
  send: (mail: Mail) => Promise<void>
}
