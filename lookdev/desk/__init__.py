"""The supervisor's desk: the widgets behind the explore, wedge and review notebooks."""
