"""工作日历: which days staff work. Deadlines (`wall.deadlines`) are counted by it; staff keep it in the console."""
