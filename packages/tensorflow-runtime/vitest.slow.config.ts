import { defineConfig } from 'vitest/config';
import { slowTest } from '../../vitest.shared.mjs';

export default defineConfig({ test: slowTest });
