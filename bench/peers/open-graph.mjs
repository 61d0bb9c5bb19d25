// The hub's own supergraph without its access rules, for serving the same graph open: writes it to $OPEN_SUPERGRAPH with the addresses of
// $AGENCIES (JSON, by name), and answers on $PORT the root fields that the hub answers in its own process.
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { graphqlSync, parse, print, visit } from 'graphql';

const RULES = new Set(['access', 'public', 'subject', 'predicate', 'about']);
const RULES_URL = 'https://specs.yichuang.cn/access/';
const addresses = JSON.parse(process.env.AGENCIES);

const argument = (directive, name) => directive.arguments.find((each) => each.name.value === name)?.value;
const linksRules = (directive) => directive.name.value === 'link' && argument(directive, 'url')?.value.startsWith(RULES_URL);

const open = print(
  visit(parse(readFileSync(process.env.SUPERGRAPH, 'utf8')), {
    DirectiveDefinition: (node) => (RULES.has(node.name.value) ? null : undefined),
    Directive(node) {
      if (RULES.has(node.name.value) || linksRules(node)) return null;
      if (node.name.value !== 'join__graph') return undefined;
      const url = addresses[argument(node, 'name').value];
      return {
        ...node,
        arguments: node.arguments.map((each) =>
          each.name.value === 'url' ? { ...each, value: { kind: 'StringValue', value: url } } : each,
        ),
      };
    },
  }),
);
writeFileSync(process.env.OPEN_SUPERGRAPH, open);

const schema = Supergraph.build(open).apiSchema().toGraphQLJSSchema();
const rootValue = { citizen: ({ id }) => ({ id }), citizens: ({ ids, first }) => ({ nodes: ids.slice(0, first).map((id) => ({ id })) }) };
createServer((request, response) => {
  if (request.method !== 'POST') return void response.end('ok');
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(graphqlSync({ schema, source: query, variableValues: variables, rootValue })));
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
