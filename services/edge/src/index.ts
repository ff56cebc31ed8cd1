export { type EdgeConfig, edgeSpecs, readEdgeConfig } from './config.ts';
export { createEdge, type Edge, type EdgeOverrides } from './edge.ts';
