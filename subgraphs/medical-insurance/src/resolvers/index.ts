import type { SubgraphContext } from '@yichuang/kit';
import type { Resolvers } from '@yichuang/schema/resolvers/medical-insurance';
import type { Platform } from '../platform.js';
import { citizenResolvers } from './citizen.js';
import { medicalResolvers } from './medical.js';

/** Resolvers per type; what a type shows unchanged needs none. */
export function resolvers(platform: Platform): Resolvers<SubgraphContext> {
  return { Citizen: citizenResolvers, Medical: medicalResolvers(platform) };
}
