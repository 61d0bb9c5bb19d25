export * from './access-catalogue.js';
export * from './citizen-ref.js';
export * from './errors.js';
export * from './identifiers.js';
export * from './scalars.js';
export * from './sdl.js';
