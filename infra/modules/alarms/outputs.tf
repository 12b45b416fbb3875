# --- Topic ---------------------------------------------------------------------

output "topic_arn" {
  description = "ARN of the topic that receives alarms."
  value       = aws_sns_topic.this.arn
}

# --- Alarms --------------------------------------------------------------------

output "alarm_names" {
  description = "Names of the alarms."
  value       = keys(aws_cloudwatch_metric_alarm.this)
}
