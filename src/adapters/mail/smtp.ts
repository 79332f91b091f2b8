import { createTransport } from 'nodemailer'
import type { Mailer } from './port.ts'

/** A request waits for the mail it causes, so a server that does not answer must not hold it long. */
const timeoutMs = 10_000

/**
 * Mails over SMTP.
 * @param url `smtp://user:password@host:587`, or `smtps://…` for TLS from the first byte
 * @param from what stands in `From`
 */
export function openSmtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(
    {
      url,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // A mail is the text that is given, never a file or an address to read it from.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  )
  return {
    send: async ({ to, subject, text }) => {
      // As an object, so that a comma or an angle bracket in it makes no second recipient.
      await transport.sendMail({ to: { name: '', address: to }, subject, text })
    },
  }
}
