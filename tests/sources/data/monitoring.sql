BEGIN TRANSACTION;
CREATE TABLE block (
	run_id TEXT NOT NULL, 
	executor_label TEXT NOT NULL, 
	block_id TEXT NOT NULL, 
	job_id TEXT, 
	timestamp DATETIME NOT NULL, 
	status TEXT NOT NULL, 
	PRIMARY KEY (run_id, block_id, executor_label, timestamp)
);
INSERT INTO "block" VALUES('ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','htex_Local','0','9339','2026-11-20 07:19:56.886006','PENDING');
INSERT INTO "block" VALUES('ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','htex_Local','0','9339','2026-11-20 07:20:02.895844','RUNNING');
CREATE TABLE node (
	id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	hostname TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	block_id TEXT NOT NULL, 
	cpu_count INTEGER NOT NULL, 
	total_memory BIGINT NOT NULL, 
	active BOOLEAN NOT NULL, 
	worker_count INTEGER NOT NULL, 
	python_v TEXT NOT NULL, 
	timestamp DATETIME NOT NULL, 
	last_heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "node" VALUES(1,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','vm','d3c073174a0c','0',2,25276510208,1,2,'3.11.7','2026-11-20 07:19:58.066281','2026-11-20 07:19:58.066194');
CREATE TABLE resource (
	try_id INTEGER NOT NULL, 
	task_id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	timestamp DATETIME NOT NULL, 
	resource_monitoring_interval FLOAT, 
	psutil_process_pid INTEGER, 
	psutil_process_memory_percent FLOAT, 
	psutil_process_children_count FLOAT, 
	psutil_process_time_user FLOAT, 
	psutil_process_time_system FLOAT, 
	psutil_process_memory_virtual FLOAT, 
	psutil_process_memory_resident FLOAT, 
	psutil_process_disk_read FLOAT, 
	psutil_process_disk_write FLOAT, 
	psutil_process_status TEXT, 
	psutil_cpu_num TEXT, 
	psutil_process_num_ctx_switches_voluntary FLOAT, 
	psutil_process_num_ctx_switches_involuntary FLOAT, 
	PRIMARY KEY (try_id, task_id, run_id, timestamp), 
	FOREIGN KEY(run_id) REFERENCES workflow (run_id)
);
INSERT INTO "resource" VALUES(0,0,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','2026-11-20 07:19:59.242072',1.0,9356,4.79904223335417823292e-01,1.0,0.49,0.08,151158784.0,121323520.0,15396422.0,7647.0,'sleeping','1',17.0,309.0);
INSERT INTO "resource" VALUES(0,0,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','2026-11-20 07:19:59.270606',1.0,9356,4.82578010161362258578e-01,1.0,0.5,0.09,151158784.0,121978880.0,15766725.0,8119.0,'sleeping','1',17.0,325.0);
CREATE TABLE status (
	task_id INTEGER NOT NULL, 
	task_status_name TEXT NOT NULL, 
	timestamp DATETIME NOT NULL, 
	run_id TEXT NOT NULL, 
	try_id INTEGER NOT NULL, 
	PRIMARY KEY (task_id, run_id, task_status_name, timestamp), 
	FOREIGN KEY(run_id) REFERENCES workflow (run_id)
);
INSERT INTO "status" VALUES(0,'pending','2026-11-20 07:19:56.764778','ecd6eed8-8bb2-49c3-aa16-24e43d61edfe',0);
INSERT INTO "status" VALUES(1,'pending','2026-11-20 07:19:56.767622','ecd6eed8-8bb2-49c3-aa16-24e43d61edfe',0);
INSERT INTO "status" VALUES(2,'pending','2026-11-20 07:19:56.767790','ecd6eed8-8bb2-49c3-aa16-24e43d61edfe',0);
INSERT INTO "status" VALUES(3,'pending','2026-11-20 07:19:56.767942','ecd6eed8-8bb2-49c3-aa16-24e43d61edfe',0);
CREATE TABLE task (
	task_id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	task_depends TEXT, 
	task_func_name TEXT NOT NULL, 
	task_memoize TEXT NOT NULL, 
	task_hashsum TEXT, 
	task_inputs TEXT, 
	task_outputs TEXT, 
	task_stdin TEXT, 
	task_stdout TEXT, 
	task_stderr TEXT, 
	task_time_invoked DATETIME, 
	task_time_returned DATETIME, 
	task_fail_count INTEGER NOT NULL, 
	task_fail_cost FLOAT NOT NULL, 
	PRIMARY KEY (task_id, run_id)
);
INSERT INTO "task" VALUES(0,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','','stage_a','0',NULL,'None','None',NULL,'','','2026-11-20 07:19:56.764597','2026-11-20 07:19:59.290530',0,0.0);
INSERT INTO "task" VALUES(1,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','0','stage_b1','0',NULL,'None','None',NULL,'','','2026-11-20 07:19:56.767439','2026-11-20 07:20:04.280316',0,0.0);
INSERT INTO "task" VALUES(900,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','','stage_a','0',NULL,'None','None',NULL,'','',NULL,NULL,0,0.0);
CREATE TABLE try (
	try_id INTEGER NOT NULL, 
	task_id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	block_id TEXT, 
	hostname TEXT, 
	task_executor TEXT NOT NULL, 
	task_try_time_launched DATETIME, 
	task_try_time_running DATETIME, 
	task_try_time_returned DATETIME, 
	task_fail_history TEXT, 
	task_joins TEXT, 
	PRIMARY KEY (try_id, task_id, run_id)
);
INSERT INTO "try" VALUES(0,0,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','0','vm','htex_Local','2026-11-20 07:19:56.765468','2026-11-20 07:19:59.146694','2026-11-20 07:19:59.290509','',NULL);
INSERT INTO "try" VALUES(0,1,'ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','0','vm','htex_Local','2026-11-20 07:19:59.291117','2026-11-20 07:20:04.192718','2026-11-20 07:20:04.280303','',NULL);
CREATE TABLE workflow (
	run_id TEXT NOT NULL, 
	workflow_name TEXT, 
	workflow_version TEXT, 
	time_began DATETIME NOT NULL, 
	time_completed DATETIME, 
	host TEXT NOT NULL, 
	user TEXT NOT NULL, 
	rundir TEXT NOT NULL, 
	tasks_failed_count INTEGER NOT NULL, 
	tasks_completed_count INTEGER NOT NULL, 
	PRIMARY KEY (run_id)
);
INSERT INTO "workflow" VALUES('ecd6eed8-8bb2-49c3-aa16-24e43d61edfe','corpus-htex','2026-11-20 07:19:54','2026-11-20 07:19:54.850039','2026-11-20 07:20:17.166648','vm','root','/scratch/user/parsl-text/runinfo/000',9,167);
COMMIT;
