/** Names go into columns of this width, into URLs and into diagrams. */
export const LONGEST_NAME = 255;

export const WORKFLOW_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
export const STEP_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
