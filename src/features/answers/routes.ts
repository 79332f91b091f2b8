import { type Route, route } from '#http/index.ts'
import { ask, type AskDeps } from './ask.ts'
import { AskAnswer, Question } from './schemas.ts'

export function answerRoutes(deps: AskDeps): Route[] {
  return [
    route({
      tag: 'answers',
      access: 'answers:ask',
      levels: ['tenant'],
      method: 'POST',
      path: '/v1/ask',
      records: ['answer.created', 'answer.refused'],
      summary: 'Ask a question and get literal quotes, or a refusal',
      body: Question,
      responses: { 200: AskAnswer },
      handle: ({ scope, body }) => ask(scope, body, deps),
    }),
  ]
}
