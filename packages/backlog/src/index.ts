export { askBacklog, askPiece } from './ask.ts';
export * from './page-codec.ts';
export * from './question.ts';
export * from './serve.ts';
