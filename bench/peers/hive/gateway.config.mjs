// Hive Gateway with its defaults; which planner runs is said on its command line.
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({});
