// What synth loads, and nothing else: the floor that bench compares it with.
import 'cdk8s';
import 'cdk8s-plus-28/lib/imports/k8s.js';
import 'constructs';
import 'yaml';
import 'zod';
import '../imports/external-secrets.io.ts';
import '../imports/gateway.networking.k8s.io.ts';
import '../imports/monitoring.coreos.com.ts';
