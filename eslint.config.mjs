import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build/', 'dist/', '**/dist/', 'imports/', 'reports/', 'lib/schema/generated/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  {
    // Programs that talk to a person at a terminal.
    files: [
      'cli/**',
      'scripts/**',
      'bench/**',
      'test/cluster/cli.ts',
      'test/cluster/global-*.ts',
      'main.ts',
      'examples/**',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // The construct library stands alone: it may be installed where no runtime is.
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            '**/operator/**',
            '**/sidecar/**',
            '**/runtime/**',
            '**/cli/**',
            '@kubernetes/*',
            'pino',
            'mysql2*',
            'undici',
            'prom-client',
          ],
        },
      ],
    },
  },
  {
    // Loads cdk8s-plus only for apps that use it; `import` cannot wait.
    files: ['lib/plus.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: { module: 'writable', require: 'readonly', process: 'readonly', __dirname: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
