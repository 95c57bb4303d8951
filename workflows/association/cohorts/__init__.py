"""Career groups that meet each week for eight months: cohorts, seats in them, attendance. Domain §P2."""
