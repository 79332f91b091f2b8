/** Addresses of the internet families in a log of strace, tried or reached, loopback included. */
export function countConnections(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    const family = /sa_family=AF_INET6?\b[^}]*/.exec(line)?.[0]
    return family === undefined ? [] : [family.replace(/^sa_family=/, '')]
  })
}
