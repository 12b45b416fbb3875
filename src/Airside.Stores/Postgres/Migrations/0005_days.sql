-- Works with: 1
-- Old hours become days. Programs of before do not know the days: they show and export no history of the time before the hours.

CREATE TABLE airside.route_day (
    route text COLLATE "C",
    day timestamptz,
    transactions bigint NOT NULL CHECK (transactions > 0),
    PRIMARY KEY (route, day)
);
COMMENT ON TABLE airside.route_day IS
    'Transactions of days whose hours are gone. Hours of the same day count in addition: they came under a clock that was behind.';

-- One row: the start of the day before which all hours have become days.
CREATE TABLE airside.roll_up (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    finished_before timestamptz NOT NULL
);
