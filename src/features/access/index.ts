export { authenticate } from './authenticate.ts'
export { createFirstRecords, type FirstKeys } from './first-start.ts'
export { operatorScope, operatorTenantScope, scopeOfEndingTenant, scopeOfNewTenant } from './operator.ts'
export { accessRoutes } from './routes.ts'
