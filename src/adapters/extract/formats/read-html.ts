import TurndownService from 'turndown'
import { tables } from 'turndown-plugin-gfm'
import type { Draft, Source } from './draft.ts'
import { readMarkdown } from './read-markdown.ts'
import { decodeText } from './decode-text.ts'

/** An HTML page as Markdown without what a browser does not show. Nothing is fetched and nothing runs. */
export function readHtml({ bytes }: Source): Draft {
  const declared = /<meta[^>]{0,200}charset=["']?([\w-]{1,40})/i.exec(bytes.toString('latin1', 0, 4096))?.[1]
  return htmlDraft(decodeText(bytes, declared))
}

export function htmlDraft(html: string): Draft {
  const title = /<title[^>]{0,200}>([^<]{1,1000})/i.exec(html)?.[1]
  const draft = readMarkdown(toMarkdown(html))
  return { pieces: draft.pieces, title: title === undefined ? draft.title : decodeEntities(title) }
}

function toMarkdown(html: string): string {
  return converter().turndown(html)
}

function converter(): TurndownService {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
  })
  turndown.use(tables)
  // A stored text is quoted literally: no emphasis marks, no escapes, no addresses, no pictures.
  turndown.escape = (text) => text
  turndown.addRule('plain', { filter: ['em', 'i', 'strong', 'b', 'a'], replacement: (content) => content })
  turndown.addRule('hidden', { filter: isHidden, replacement: () => '' })
  return turndown
}

/** What is used of a node: the DOM is turndown's own, without scripts, styles or a network. */
type Element = { nodeName: string; getAttribute: (name: string) => string | null }

const neverShown = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME OBJECT EMBED SVG CANVAS AUDIO VIDEO IMG HEAD TITLE META LINK'.split(
    ' ',
  ),
)

function isHidden(node: Element): boolean {
  if (neverShown.has(node.nodeName.toUpperCase())) return true
  if (node.getAttribute('hidden') !== null) return true
  const style = (node.getAttribute('style') ?? '').replaceAll(/\s+/g, '').toLowerCase()
  return /display:none|visibility:hidden|font-size:0(?![.\d]*[1-9])|opacity:0(?![.\d]*[1-9])/.test(style)
}

function decodeEntities(text: string): string {
  return toMarkdown(`<p>${text}</p>`)
}
