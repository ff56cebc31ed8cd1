export { type Stack, type StackOverrides, startStack } from './stack.ts';
