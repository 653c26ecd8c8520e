import type { JsonObject } from "@drover/engine";
import { AnsweredStep } from "../kept-answers.ts";
import { deadline, type OnboardingData } from "./data.ts";

const yesNo = (title: string): JsonObject => ({ type: "boolean", title, default: false });
const text = (title: string): JsonObject => ({ type: "string", title });
const oneOf = (title: string, ...choices: string[]): JsonObject => ({
  type: "string",
  title,
  enum: choices,
});

export const itSetup = new AnsweredStep<OnboardingData>({
  name: "it_setup",
  title: "IT Setup Required",
  description: "Create accounts and prepare equipment for new employee",
  getAssigneeGroup: () => "it-support",
  getDueDate: (context) => deadline(context, "it_deadline"),
  getDescription: (context) =>
    [
      "**IT Setup for New Employee**",
      `- **Name:** ${context.get("employee_name", "New Employee")}`,
      `- **Department:** ${context.get("department", "Unknown")}`,
      `- **Role:** ${context.get("job_title", "Unknown")}`,
      `- **Start Date:** ${context.get("start_date", "TBD")}`,
      `- **Setup Deadline:** ${context.get("it_deadline", "TBD")}`,
    ].join("\n"),
  formSchema: {
    type: "object",
    title: "IT Onboarding Setup",
    properties: {
      email_created: yesNo("Email Account Created"),
      email_address: { type: "string", title: "Email Address", format: "email" },
      ad_account: yesNo("Active Directory Account Created"),
      vpn_access: yesNo("VPN Access Configured"),
      laptop_model: oneOf(
        "Laptop Model",
        "MacBook Pro 14",
        "MacBook Pro 16",
        "Dell XPS 15",
        "ThinkPad X1",
      ),
      laptop_asset_tag: { type: "string", title: "Asset Tag", pattern: "^[A-Z]{2}[0-9]{6}$" },
      software_installed: {
        type: "array",
        title: "Software Installed",
        items: { type: "string", enum: ["Office 365", "Slack", "Zoom", "IDE", "VPN Client"] },
        uniqueItems: true,
      },
      notes: text("Setup Notes"),
    },
    required: ["email_created", "email_address", "ad_account", "laptop_model", "laptop_asset_tag"],
  },
});

export const hrPaperwork = new AnsweredStep<OnboardingData>({
  name: "hr_paperwork",
  title: "HR Documentation Required",
  description: "Process new hire paperwork and benefits enrollment",
  getAssigneeGroup: () => "hr-team",
  getDueDate: (context) => deadline(context, "hr_deadline"),
  formSchema: {
    type: "object",
    title: "HR Onboarding",
    properties: {
      i9_verified: yesNo("I-9 Verified"),
      w4_completed: yesNo("W-4 Completed"),
      direct_deposit: yesNo("Direct Deposit Setup"),
      benefits_enrolled: yesNo("Benefits Enrollment Complete"),
      benefits_package: oneOf("Benefits Package", "Basic", "Standard", "Premium", "Executive"),
      emergency_contact_provided: yesNo("Emergency Contact Provided"),
      handbook_acknowledged: yesNo("Employee Handbook Acknowledged"),
      background_check_status: oneOf(
        "Background Check Status",
        "pending",
        "passed",
        "review_required",
      ),
      notes: text("HR Notes"),
    },
    required: ["i9_verified", "w4_completed", "direct_deposit", "background_check_status"],
  },
});

export const managerPreparation = new AnsweredStep<OnboardingData>({
  name: "manager_preparation",
  title: "Manager Preparation Required",
  description: "Prepare workspace and training plan for new hire",
  assigneeKey: "manager_email",
  getDueDate: (context) => deadline(context, "manager_deadline"),
  formSchema: {
    type: "object",
    title: "Manager Preparation",
    properties: {
      workspace_ready: yesNo("Workspace Prepared"),
      workspace_location: {
        type: "string",
        title: "Workspace Location",
        description: "Desk/office assignment",
      },
      buddy_assigned: yesNo("Onboarding Buddy Assigned"),
      buddy_name: text("Buddy Name"),
      training_plan_created: yesNo("Training Plan Created"),
      first_week_schedule: {
        type: "string",
        title: "First Week Schedule",
        format: "textarea",
        description: "Outline of first week activities",
      },
      team_notified: yesNo("Team Notified"),
      initial_projects: {
        type: "array",
        title: "Initial Projects/Tasks",
        items: { type: "string" },
      },
      notes: text("Manager Notes"),
    },
    required: ["workspace_ready", "buddy_assigned", "training_plan_created", "team_notified"],
  },
});

export const orientation = new AnsweredStep<OnboardingData>({
  name: "orientation",
  title: "Conduct Orientation",
  description: "Complete first-day orientation with new employee",
  assigneeKey: "manager_email",
  getDueDate: (context) => deadline(context, "start_date"),
  formSchema: {
    type: "object",
    title: "Orientation Checklist",
    properties: {
      welcome_completed: yesNo("Welcome Session Completed"),
      tour_completed: yesNo("Office Tour Completed"),
      team_introductions: yesNo("Team Introductions Done"),
      systems_access_verified: yesNo("Systems Access Verified"),
      security_training: yesNo("Security Training Completed"),
      questions_addressed: yesNo("Initial Questions Addressed"),
      employee_feedback: {
        type: "string",
        title: "Employee First Day Feedback",
        format: "textarea",
      },
      issues_noted: text("Any Issues Noted"),
    },
    required: [
      "welcome_completed",
      "tour_completed",
      "team_introductions",
      "systems_access_verified",
    ],
  },
});
