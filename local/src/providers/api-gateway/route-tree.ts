/** A resource of the API with the methods it has, by upper-case name or ANY. */
export interface RouteNode<M> {
  /** `/catalog/{proxy+}`, as the resource's path is written. */
  readonly resourcePath: string;
  readonly methods: ReadonlyMap<string, M>;
  /** By path part. */
  readonly children: ReadonlyMap<string, RouteNode<M>>;
}

export interface RouteMatch<M> {
  readonly resourcePath: string;
  readonly method: M;
  /** Values of `{name}` and `{name+}`, as they stand in the path. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The method for a path: literal parts before `{name}`, and those before `{name+}`, which takes one part at least. Undefined when
 * no resource has the path or the resource has neither the method nor ANY.
 */
export function findRoute<M>(root: RouteNode<M>, method: string, path: string): RouteMatch<M> | undefined {
  const found = findNode(root, splitPath(path), {});
  if (found === undefined) return undefined;
  const chosen = found.node.methods.get(method) ?? found.node.methods.get('ANY');
  return chosen === undefined ? undefined : { resourcePath: found.node.resourcePath, method: chosen, pathParameters: found.parameters };
}

interface Found<M> {
  readonly node: RouteNode<M>;
  readonly parameters: Readonly<Record<string, string>>;
}

function findNode<M>(node: RouteNode<M>, parts: readonly string[], parameters: Readonly<Record<string, string>>): Found<M> | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return node.methods.size > 0 ? { node, parameters } : undefined;
  const literal = node.children.get(part);
  const viaLiteral = literal === undefined ? undefined : findNode(literal, rest, parameters);
  return viaLiteral ?? findByName(node, { part, rest }, parameters) ?? findGreedy(node, parts, parameters);
}

function findByName<M>(
  node: RouteNode<M>,
  { part, rest }: { readonly part: string; readonly rest: readonly string[] },
  parameters: Readonly<Record<string, string>>,
): Found<M> | undefined {
  for (const [pathPart, child] of node.children) {
    const name = /^\{([^+}]+)\}$/.exec(pathPart)?.[1];
    if (name !== undefined) return findNode(child, rest, { ...parameters, [name]: part });
  }
  return undefined;
}

function findGreedy<M>(node: RouteNode<M>, parts: readonly string[], parameters: Readonly<Record<string, string>>): Found<M> | undefined {
  for (const [pathPart, child] of node.children) {
    const name = /^\{([^+}]+)\+\}$/.exec(pathPart)?.[1];
    if (name !== undefined) return { node: child, parameters: { ...parameters, [name]: parts.join('/') } };
  }
  return undefined;
}

/** A slash at the end makes no difference. */
function splitPath(path: string): readonly string[] {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
}
