-- Where workers that have nothing in hand offer to take the first step of the next instance. Nothing in it is a
-- fact, so it is not logged: a commit that writes nothing else waits for no disk, and after a crash it is empty,
-- until the workers offer again. Processes of the release before neither read nor write it.
CREATE UNLOGGED TABLE "workflow_start_offers" (
	"worker_id" uuid PRIMARY KEY NOT NULL,
	"definition_ids" uuid[] NOT NULL,
	"message_form" integer NOT NULL,
	"offered_at" timestamp with time zone
);
