import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type DeleteQueryNode,
  IdentifierNode,
  type JoinNode,
  type KyselyPlugin,
  OnNode,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  ParensNode,
  type PluginTransformQueryArgs,
  type RawNode,
  ReferenceNode,
  type SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  ValueNode,
  WhereNode,
} from 'kysely'
import { tenantTables } from './tables.generated.ts'

const tenantColumns = new Map<string, string>([
  ...tenantTables.map((table) => [table, 'tenant_id'] as const),
  ['keys', 'tenant_id'],
  ['tenants', 'id'],
])

/**
 * Adds `tenant_id = $n` to every statement that touches a tenant table, so that the planner has it and so that a
 * forgotten `where` is not possible. Row security says the same again in the database. Raw SQL cannot be rewritten: it
 * is refused when it names a tenant table without naming tenant_id.
 */
export function tenantPredicate(tenantId: string): KyselyPlugin {
  const transformer = new PredicateTransformer(tenantId)
  return {
    transformQuery: ({ node }: PluginTransformQueryArgs) => transformer.transformNode(node),
    transformResult: ({ result }) => Promise.resolve(result),
  }
}

class PredicateTransformer extends OperationNodeTransformer {
  readonly tenantId: string

  constructor(tenantId: string) {
    super()
    this.tenantId = tenantId
  }

  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    const select = super.transformSelectQuery(node)
    return this.withWhere(select, select.from?.froms ?? [])
  }

  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode {
    const update = super.transformUpdateQuery(node)
    return this.withWhere(update, [...(update.table ? [update.table] : []), ...(update.from?.froms ?? [])])
  }

  protected override transformDeleteQuery(node: DeleteQueryNode): DeleteQueryNode {
    const remove = super.transformDeleteQuery(node)
    return this.withWhere(remove, [...remove.from.froms, ...(remove.using?.tables ?? [])])
  }

  protected override transformJoin(node: JoinNode): JoinNode {
    const join = super.transformJoin(node)
    const predicate = this.predicateFor(join.table)
    if (!predicate) return join
    return {
      ...join,
      on: join.on ? OnNode.cloneWithOperation(join.on, 'And', predicate) : OnNode.create(predicate),
    }
  }

  protected override transformRaw(node: RawNode): RawNode {
    const text = node.sqlFragments.join('?')
    const table = tenantTables.find((name) =>
      new RegExp(`\\b(from|join|update|into)\\s+${name}\\b`, 'i').test(text),
    )
    if (table && !/\btenant_id\b/.test(text)) throw new Error(`raw SQL on ${table} must name tenant_id`)
    return super.transformRaw(node)
  }

  private withWhere<N extends SelectQueryNode | UpdateQueryNode | DeleteQueryNode>(
    node: N,
    tables: readonly OperationNode[],
  ): N {
    const predicates = tables.flatMap((table) => this.predicateFor(table) ?? [])
    if (predicates.length === 0) return node
    const all = [...(node.where ? [ParensNode.create(node.where.where)] : []), ...predicates]
    return { ...node, where: WhereNode.create(all.reduce((left, right) => AndNode.create(left, right))) }
  }

  private predicateFor(table: OperationNode): OperationNode | undefined {
    const alias = AliasNode.is(table) && IdentifierNode.is(table.alias) ? table.alias.name : undefined
    const target = AliasNode.is(table) ? table.node : table
    if (!TableNode.is(target)) return undefined
    const name = target.table.identifier.name
    const column = tenantColumns.get(name)
    if (!column) return undefined
    return BinaryOperationNode.create(
      ReferenceNode.create(ColumnNode.create(column), TableNode.create(alias ?? name)),
      OperatorNode.create('='),
      ValueNode.create(this.tenantId),
    )
  }
}
