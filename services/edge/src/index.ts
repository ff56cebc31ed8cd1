export { type EdgeConfig, readEdgeConfig } from './config.ts';
export { createEdge, type Edge, type EdgeOverrides } from './edge.ts';
