"""Pure decisions about work: order, who may take what, calendars, clocks."""
