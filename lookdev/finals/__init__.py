"""Delivering a look: plan, execute with papermill, resume, deliver, verify."""
