# --- Names ---------------------------------------------------------------------

output "zone_arn" {
  description = "ARN of the environment's zone."
  value       = aws_route53_zone.this.arn
}

output "name_servers" {
  description = "Name servers of the zone, for the owner of the parent zone."
  value       = aws_route53_zone.this.name_servers
}

output "dns_addon" {
  description = "Name of the add-on that writes host names into the zone, available once it runs."
  value       = aws_eks_addon.external_dns.addon_name
}

# --- Certificate ---------------------------------------------------------------

output "certificate_arn" {
  description = "ARN of the certificate for the domain and all names directly below it."
  value       = aws_acm_certificate.this.arn
  depends_on  = [aws_acm_certificate_validation.this]
}

# --- Load balancer -------------------------------------------------------------

output "security_group_id" {
  description = "Id of the load balancer's security group."
  value       = aws_security_group.load_balancer.id
  depends_on = [
    aws_vpc_security_group_egress_rule.load_balancer, aws_vpc_security_group_ingress_rule.load_balancer,
    aws_vpc_security_group_ingress_rule.pods,
  ]
}

# --- Firewall ------------------------------------------------------------------

output "web_acl_arn" {
  description = "ARN of the load balancer's firewall rules."
  value       = aws_wafv2_web_acl.this.arn
  depends_on  = [aws_wafv2_web_acl_logging_configuration.this]
}
