"""What somebody who works here is told outside of the pages: by mail, or on the devices where that was asked for."""
