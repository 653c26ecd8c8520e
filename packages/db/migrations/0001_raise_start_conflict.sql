-- Undoes the statement that calls it, so that it is sent again on a newer snapshot. Statements alone
-- cannot raise an error; 40001 is what clients repeat.
CREATE FUNCTION drover_start_conflict() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an idempotency key was used meanwhile' USING ERRCODE = '40001';
END $$;
