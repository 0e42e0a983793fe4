#!/usr/bin/env bash
# Runs the contract suites against stand-ins of the AWS services (`npm run test:aws`): DynamoDB
# Local beside the tests, SQS and S3 inside the tests themselves. Arguments go to vitest.
set -euo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/with-dynamodb.sh" \
  vitest run --config vitest.aws.config.ts "$@"
