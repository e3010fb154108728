"""The sheets of the workbook, grouped by what they show."""
