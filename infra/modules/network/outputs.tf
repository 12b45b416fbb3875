# What depends on a subnet or the VPC may also need the route out, and must be gone before any of it is deleted.

# --- VPC -----------------------------------------------------------------------

output "vpc_id" {
  description = "Id of the VPC, available once all of it works."
  value       = aws_vpc.this.id
  depends_on = [
    aws_default_security_group.this, aws_flow_log.this, aws_iam_role_policy.flow, aws_route.internet, aws_route.nat,
    aws_route_table_association.database, aws_route_table_association.private, aws_route_table_association.public,
    aws_vpc_endpoint.gateway, aws_vpc_endpoint.interface, aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "cidr" {
  description = "Address range of the VPC."
  value       = aws_vpc.this.cidr_block
}

# --- Subnets -------------------------------------------------------------------

output "zones" {
  description = "Names of the availability zones, in order."
  value       = local.zones
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the order of the zones."
  value       = values(aws_subnet.public)[*].id
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, in the order of the zones."
  value       = values(aws_subnet.private)[*].id
}

output "database_subnet_ids" {
  description = "Ids of the database subnets, in the order of the zones."
  value       = values(aws_subnet.database)[*].id
}

output "subnet_cidrs" {
  description = "Address ranges of the subnets, by tier and zone."
  value       = local.subnets
}

# --- Internet ------------------------------------------------------------------

output "nat_gateway_ids" {
  description = "Ids of the NAT gateways, by zone."
  value       = { for zone, gateway in aws_nat_gateway.this : zone => gateway.id }
}

output "nat_addresses" {
  description = "Public source addresses of connections out of the VPC."
  value       = values(aws_eip.nat)[*].public_ip
}

# --- Routes --------------------------------------------------------------------

output "private_route_table_ids" {
  description = "Ids of the route tables of the private subnets, by zone."
  value       = { for zone, table in aws_route_table.private : zone => table.id }
}

output "database_route_table_id" {
  description = "Id of the route table of the database subnets; `null` without them."
  value       = one(aws_route_table.database[*].id)
}
