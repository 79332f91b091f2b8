export { alertConsumer } from './consumer.ts'
export { alertRoutes } from './routes.ts'
