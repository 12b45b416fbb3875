-- Works with: 1

CREATE TABLE airside.airline (
    id integer PRIMARY KEY,
    name text NOT NULL,
    alias text,
    iata text,
    icao text,
    callsign text,
    country text,
    active boolean NOT NULL
);

-- One row: what the rows of airside.airline are. Replaced together with them, in one transaction.
CREATE TABLE airside.airline_catalog (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    version text NOT NULL,
    source text NOT NULL,
    loaded_at timestamptz NOT NULL,
    is_sample boolean NOT NULL
);
