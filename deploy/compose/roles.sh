#!/bin/bash
# Run once by the image of PostgreSQL, on a new volume: the roles of docs/rights.md.
set -euo pipefail
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
  --set migrator="$DASF_MIGRATOR_PASSWORD" --set store="$DASF_STORE_PASSWORD" --set api="$DASF_API_PASSWORD" <<'SQL'
create role dasf_migrator login password :'migrator';
create role dasf_store login password :'store';
create role dasf_api login password :'api';
alter database dasf owner to dasf_migrator;
revoke all on database dasf from public;
grant connect on database dasf to dasf_store, dasf_api;
alter role dasf_api in database dasf set default_transaction_read_only = on;
alter role dasf_api in database dasf set statement_timeout = '5s';
SQL
