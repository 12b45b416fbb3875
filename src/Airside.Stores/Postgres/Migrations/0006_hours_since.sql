-- Works with: 1
-- Since when there are hours. Programs of before refuse hours by their setting alone.

ALTER TABLE airside.roll_up ADD COLUMN begun_before timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN airside.roll_up.begun_before IS
    'Start of the day before which hours may have become days, or were imported as days: written before the first of them is gone.';
