// Hooks of Node's module loader: modules of kit/src/grants that have a namesake here are taken from here.
const REPLACED = /\/kit\/src\/grants\/(gate|granted|field-guards)\.ts$/;

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const name = REPLACED.exec(found.url)?.[1];
  return name === undefined ? found : { ...found, url: new URL(`./${name}.ts`, import.meta.url).href };
}
